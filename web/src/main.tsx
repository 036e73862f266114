import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { watchTheme } from './app/theme';
import './styles.css';

watchTheme();
const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
